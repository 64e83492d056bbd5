/** A picture that lies turned clockwise by so many degrees, turned back. */
export async function upright(address: string, turned: number): Promise<string> {
  if (turned % 360 === 0) return address
  const picture = Object.assign(new Image(), { src: address })
  await picture.decode()
  const { naturalWidth: width, naturalHeight: height } = picture
  const across = turned % 180 === 0
  const canvas = Object.assign(document.createElement('canvas'), { width: across ? width : height, height: across ? height : width })
  const pen = canvas.getContext('2d')
  pen?.translate(canvas.width / 2, canvas.height / 2)
  pen?.rotate((-turned * Math.PI) / 180)
  pen?.drawImage(picture, -width / 2, -height / 2)
  return canvas.toDataURL('image/jpeg', 0.9)
}
